import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { defaultExports, explainedVariables, testedOperations } from "./testing/laws/completeness";
import { clientFiles, clock, environment, floats } from "./testing/laws/confinement";
import { bannedNames, operationFiles } from "./testing/laws/names";
import { deadComments, openEnds, readmeSize, skippedTests } from "./testing/laws/prose";
import { repositoryOf, repositoryOnDisk } from "./testing/laws/repository";
import { fileSize, folderSize, functionSize } from "./testing/laws/size";
import { ownedWrites, tenantColumn } from "./testing/laws/tables";

const laws = [
  fileSize,
  functionSize,
  folderSize,
  bannedNames,
  operationFiles,
  clock,
  environment,
  floats,
  clientFiles,
  ownedWrites,
  tenantColumn,
  testedOperations,
  explainedVariables,
  defaultExports,
  openEnds,
  deadComments,
  skippedTests,
  readmeSize,
];

const repository = repositoryOnDisk(fileURLToPath(new URL("..", import.meta.url)));

describe("the repository", () => {
  it("is really looked at", () => {
    expect(repository.files(/^server\/.*\.ts$/).length).toBeGreaterThan(50);
    expect(repository.files(/^prisma\/schema\//).length).toBeGreaterThan(3);
    expect(repository.files(/^\.env\.example$/)).toHaveLength(1);
  });

  // The first law that asks for syntax trees parses every file.
  it.each(laws.map((law) => [law.title, law] as const))("%s", { timeout: 60_000 }, (_, law) => {
    expect(law.check(repository)).toEqual([]);
  });
});

// A law that cannot fail is none: each finds every one of its seeded breaks, and nothing in files
// that only look like one.
describe.each(laws.map((law) => [law.title, law] as const))("%s", (_title, law) => {
  it("fails for each seeded break", () => {
    const found = law.check(repositoryOf(law.broken));
    const unseen = Object.keys(law.broken).filter(
      (path) => !isBackground(path) && !found.some((sentence) => sentence.includes(path)),
    );
    expect(found).not.toEqual([]);
    expect(unseen.filter((path) => !found.includes(folderBreak(path)))).toEqual([]);
  });

  it("leaves what is right alone", () => {
    expect(law.check(repositoryOf(law.kept))).toEqual([]);
  });
});

/** A schema that the breaks refer to, not a break itself. */
function isBackground(path: string): boolean {
  return path.startsWith("prisma/");
}

function folderBreak(path: string): string {
  return `${path.replace(/\/[^/]+$/, "")} holds 25 files`;
}
