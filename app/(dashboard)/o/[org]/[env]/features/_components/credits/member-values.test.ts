import { describe, expect, it } from "vitest";
import { costWords } from "./cost-words";
import {
  blankMember,
  type MemberFields,
  MembersValues,
  memberFieldsOf,
  wireMember,
} from "./member-values";

const member = (more: Partial<MemberFields> = {}): MemberFields => ({
  ...blankMember,
  feature: "images",
  ...more,
});

const everyForm = {
  metered_feature_id: "images",
  billing_units: 1000,
  tier_behavior: "graduated" as const,
  tiers: [
    { to: 500, credit_cost: 0.2 },
    { to: "inf" as const, credit_cost: 0.15 },
  ],
  dimensions: {
    large: { match: { size: "large", region: "eu = 1" }, priority: 10, credit_cost: 3 },
  },
  multipliers: { peak: { match: { peak: "true" }, factor: 1.5, add: -0.25 } },
};

const problems = (members: MemberFields[]) => {
  const { error } = MembersValues.safeParse(members);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
};

describe("the members of a credit system as typed", () => {
  it("give back what they were made of", () => {
    const checked = MembersValues.parse([memberFieldsOf(everyForm)]);
    expect(checked.map(wireMember)).toEqual([everyForm]);
  });

  it("read a flat cost as people write it", () => {
    const rate = { ...blankMember.rate, cost: "1.5k" };
    const [checked] = MembersValues.parse([member({ per: "10,000", rate })]);
    expect(checked && wireMember(checked)).toEqual({
      metered_feature_id: "images",
      billing_units: 10_000,
      credit_cost: 1500,
      dimensions: {},
      multipliers: {},
    });
  });

  it("do not look at steps while the cost is flat", () => {
    const rate = { tiered: false, cost: "4", tiers: [{ to: "nonsense", cost: "" }] };
    expect(problems([member({ rate })])).toEqual([]);
  });

  it("say what is wrong, at its field", () => {
    const tiers = [
      { to: "5", cost: "1" },
      { to: "5", cost: "x" },
      { to: "", cost: "1" },
    ];
    const twice = { name: "a", match: "size", factor: "1", add: "0" };
    expect(problems([])).toEqual([": Add at least one feature that the credits pay for."]);
    expect(problems([member(), member()])).toEqual(["1.feature: This feature has a cost already."]);
    expect(
      problems([
        member({ feature: "", per: "0", rate: { tiered: true, cost: "", tiers } }),
        member({ multipliers: [twice, { ...twice, name: "b", match: "size = xl" }] }),
      ]),
    ).toEqual([
      "0.feature: Choose a feature.",
      "0.per: Use a number above 0.",
      "0.rate.tiers.1.cost: Write a number such as 500, 10,000 or 1.5k.",
      "0.rate.tiers.1.to: Use a number above the step before it.",
      "1.multipliers.0.match: Write property = value, one a line.",
    ]);
  });

  it("give each exception a name of its own", () => {
    const twice = { name: "a", match: "size = xl", factor: "1", add: "0" };
    expect(problems([member({ multipliers: [twice, twice] })])).toEqual([
      "0.multipliers.1.name: Another one has this name.",
    ]);
  });
});

describe("the cost in words", () => {
  const images = {
    id: "images",
    name: "Images",
    type: "metered" as const,
    consumable: true,
    event_names: [],
    archived: false,
    display: { singular: "image", plural: "images" },
  };
  const flat = (cost: string, per = "1") => member({ per, rate: { ...blankMember.rate, cost } });

  it.each([
    [flat("4"), "1 image = 4 credits."],
    [flat("1"), "1 image = 1 credit."],
    [flat("0.5", "1,000"), "1,000 images = 0.5 credits."],
    [flat("0"), "1 image costs nothing."],
    [flat(""), ""],
  ])("%#", (fields, words) => {
    expect(costWords(fields, images)).toBe(words);
  });

  it("tells steps, and nothing before a feature is chosen", () => {
    const tiers = [
      { to: "500", cost: "0.2" },
      { to: "", cost: "0.15" },
    ];
    const stepped = member({ rate: { tiered: true, cost: "", tiers } });
    expect(costWords(stepped, images)).toBe("1 image: up to 500: 0.2 credits, then 0.15 credits.");
    expect(costWords(stepped, undefined)).toBe("");
  });
});
