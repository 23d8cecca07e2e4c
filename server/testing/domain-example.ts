import examples from "./fixtures/domain-examples.json";

/** A worked example of the domain, as agreed before the code was written. */
type DomainExample<Given, When, Then> = { given: Given; when: When; then: Then };

/** The example with that id, in the shape that the test knows it to have. */
export function domainExample<Given, When, Then>(id: string): DomainExample<Given, When, Then> {
  const found = examples.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`There is no worked example ${id}.`);
  const { given, when, then } = found as unknown as DomainExample<Given, When, Then>;
  return { given, when, then };
}
