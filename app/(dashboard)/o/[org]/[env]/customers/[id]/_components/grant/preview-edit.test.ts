import { describe, expect, it } from "vitest";
import { quantity } from "@/server/core/quantity";
import type { Lot } from "../../../_components/customer-types";
import { type EditDraft, figuresOf, previewEdit } from "./preview-edit";

const now = Date.UTC(2026, 10, 20);
const day = 86_400_000;

function lot(id: string, figures: Partial<Lot>): Lot {
  const granted = figures.granted ?? 0;
  const balance = figures.balance ?? granted;
  return {
    id,
    balance_id: id,
    kind: "plan",
    parent_id: null,
    plan_id: "free",
    entity_id: null,
    granted,
    usage: granted - balance,
    balance,
    unlimited: false,
    starts_at: now - day,
    expires_at: null,
    next_reset_at: null,
    ended_at: null,
    reconciles: true,
    stored: { granted, balance },
    ledger: { granted, balance },
    ...figures,
  };
}

function preview(lots: readonly Lot[], draft: EditDraft, entityId: string | null = null) {
  const result = previewEdit({ lots, draft, entityId, now });
  if ("refusal" in result) return result;
  const numbers = ({ granted, usage, remaining, signed }: typeof result.before) =>
    [granted, usage, remaining, signed].map(Number);
  const own = result.own && [Number(result.own.before), Number(result.own.after)];
  return { before: numbers(result.before), after: numbers(result.after), ...(own ? { own } : {}) };
}

const add = (amount: number): EditDraft => ({
  mode: "add",
  amount: quantity(amount),
  expiresAt: null,
});
const remove = (amount: number): EditDraft => ({ mode: "remove", amount: quantity(amount) });
const set = (amount: number): EditDraft => ({ mode: "set", amount: quantity(amount) });

describe("previewEdit", () => {
  it("adds a grant beside what is there", () => {
    expect(preview([lot("a", { granted: 100, balance: 20 })], add(500))).toEqual({
      before: [100, 80, 20, 20],
      after: [600, 80, 520, 520],
    });
    expect(preview([], add(500))).toEqual({ before: [0, 0, 0, 0], after: [500, 0, 500, 500] });
  });

  it("removes from what is left and leaves what was granted", () => {
    expect(preview([lot("a", { granted: 100 }), lot("b", { granted: 50 })], remove(120))).toEqual({
      before: [150, 0, 150, 150],
      after: [150, 120, 30, 30],
    });
  });

  it("shows what goes below zero", () => {
    expect(preview([lot("a", { granted: 100, balance: 20 })], remove(50))).toEqual({
      before: [100, 80, 20, 20],
      after: [100, 130, 0, -30],
    });
  });

  it("sets what is left, lifting a debt first", () => {
    const lots = [lot("a", { granted: 100, balance: -10 }), lot("b", { granted: 50, balance: 30 })];
    expect(preview(lots, set(5))).toEqual({
      before: [150, 130, 30, 20],
      after: [150, 145, 5, 5],
    });
  });

  it("keeps to the lots of its scope, and counts those that the page shows", () => {
    const lots = [lot("own", { granted: 100 }), lot("ben", { granted: 25, entity_id: "ben" })];
    expect(preview(lots, set(10))).toMatchObject({ after: [125, 90, 35, 35], own: [100, 10] });
    expect(preview(lots, remove(40), "ben")).toMatchObject({
      after: [125, 40, 100, 85],
      own: [25, -15],
    });
    expect(preview([lot("own", { granted: 100 })], set(10), "ben")).toEqual({
      refusal: expect.stringMatching(/no balance of its own/),
    });
  });

  it("leaves out what has ended or expired", () => {
    const lots = [
      lot("ended", { granted: 100, ended_at: now - 1 }),
      lot("expired", { granted: 100, expires_at: now }),
      lot("later", { granted: 100, starts_at: now + day }),
      lot("live", { granted: 7 }),
    ];
    expect(Number(figuresOf(lots, now).remaining)).toBe(7);
  });

  it("says why it refuses", () => {
    expect(preview([lot("a", { unlimited: true })], set(5))).toEqual({
      refusal: expect.stringMatching(/unlimited/),
    });
    expect(preview([], { ...add(5), expiresAt: now } as EditDraft)).toEqual({
      refusal: expect.stringMatching(/future/),
    });
  });
});
