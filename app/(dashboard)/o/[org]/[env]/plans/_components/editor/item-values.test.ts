import { expect, test } from "vitest";
import type { DraftItem, Feature } from "../plan-types";
import { ItemValues, itemFieldsOf, itemOf } from "./item-values";

const feature = (id: string, consumable: boolean): Feature => ({
  id,
  name: id,
  type: "metered",
  consumable,
  event_names: [],
  archived: false,
});
const messages = feature("messages", true);
const seats = feature("seats", false);
const monthly = {
  feature_id: "messages",
  included: 100,
  reset: { interval: "month", interval_count: 1 },
} as const;

/** The item that a form means after it was opened on one and saved without a change. */
function saved(item: DraftItem, of: Feature = messages): DraftItem {
  return itemOf(ItemValues.parse(itemFieldsOf(item, of)));
}

test.each<[DraftItem, Feature]>([
  [monthly, messages],
  [{ ...monthly, entity_feature_id: "seats" }, messages],
  [{ ...monthly, pooled: true }, messages],
  [{ ...monthly, reset_usage_when_enabled: false }, messages],
  [
    {
      ...monthly,
      rollover: { max: 12.5, expiry_duration_type: "month", expiry_duration_length: 3 },
    },
    messages,
  ],
  [
    {
      ...monthly,
      rollover: { max: null, max_percentage: 50, expiry_duration_type: "forever" },
    },
    messages,
  ],
  [{ feature_id: "messages", unlimited: true, entity_feature_id: "seats" }, messages],
  [{ feature_id: "seats", included: 5, pooled: true }, seats],
])("opening and saving %j changes nothing", (item, of) => {
  expect(saved(item, of)).toEqual(item);
});

test("rules that cannot count are left out", () => {
  const rollover = { max: 5, expiry_duration_type: "forever" } as const;
  const once = { interval: "one_off", interval_count: 1 } as const;
  expect(saved({ ...monthly, reset: once, rollover })).toEqual({ ...monthly, reset: once });
  const held = { feature_id: "seats", included: 5 };
  expect(saved({ ...held, rollover, reset_usage_when_enabled: false }, seats)).toEqual(held);
});

test("what is missing or wrong is said at its field", () => {
  const fields = {
    ...itemFieldsOf(monthly, messages),
    owner: "entity" as const,
    leftover: "rolls" as const,
    cap: "units" as const,
    cap_amount: "many",
    months: "0",
  };
  const paths = ItemValues.safeParse(fields).error?.issues.map(({ path }) => path.join("."));
  expect(paths).toEqual(["owner_feature", "cap_amount", "months"]);
  const unrenewed = { ...fields, renewal: "never" as const, owner: "pool" as const };
  expect(ItemValues.safeParse(unrenewed).success).toBe(true);
});
