import { summarize } from "@/server/core/balances/balance";
import { editGrants } from "@/server/core/balances/edit";
import { type Grant, isLive, Overflow, ResetBy } from "@/server/core/balances/grant";
import { WindfallError } from "@/server/core/error";
import { fromRow, type Quantity, sum, zero } from "@/server/core/quantity";
import type { Lot } from "../../../_components/customer-types";

/** What the sheet asks for, before it is sent. */
export type EditDraft =
  | { readonly mode: "add"; readonly amount: Quantity; readonly expiresAt: number | null }
  | { readonly mode: "remove" | "set"; readonly amount: Quantity };

/** A balance as the page shows it; `signed` goes below zero where more was used than granted. */
export type Figures = {
  readonly granted: Quantity;
  readonly usage: Quantity;
  readonly remaining: Quantity;
  readonly signed: Quantity;
  readonly unlimited: boolean;
};

/** What is left in the lots that the edit may change, when the page shows others as well. */
type OwnChange = { readonly before: Quantity; readonly after: Quantity };

export type EditPreview =
  | { readonly before: Figures; readonly after: Figures; readonly own: OwnChange | null }
  | { readonly refusal: string };

type PreviewInput = {
  /** What `balances.explain` answered for the page's scope. */
  readonly lots: readonly Lot[];
  /** The entity that the edit is for; null is the customer itself. */
  readonly entityId: string | null;
  readonly draft: EditDraft;
  readonly now: number;
};

const addedId = "added";

/** The figures of a scope without any edit. */
export function figuresOf(lots: readonly Lot[], now: number): Figures {
  return figures(lots.map(toGrant).filter((grant) => isLive(grant, new Date(now))));
}

/**
 * What an edit would do to the balance that the page shows, by the functions with which the server
 * decides it. An edit of the customer leaves its entities' own lots alone, as there.
 */
export function previewEdit({ lots, entityId, draft, now }: PreviewInput): EditPreview {
  const at = new Date(now);
  const visible = lots.map(toGrant).filter((grant) => isLive(grant, at));
  const before = figures(visible);
  if (draft.mode === "add") {
    if (draft.expiresAt !== null && draft.expiresAt <= now) {
      return { refusal: "The expiry must lie in the future." };
    }
    const after = figures([...visible, addedGrant(draft, { entityId, at })]);
    return { before, after, own: null };
  }
  const targets = visible.filter((grant) => grant.entityId === entityId);
  if (targets.length === 0) {
    return { refusal: "There is no balance of its own to change here. Add one instead." };
  }
  try {
    const changes = editGrants({
      grants: targets,
      edit:
        draft.mode === "set"
          ? { remaining: draft.amount }
          : { addToBalance: zero.minus(draft.amount) },
      entityId,
      editId: "preview",
      at,
    });
    const changed = new Map(changes.map(({ grant }) => [grant.id, grant]));
    const edited = (grant: Grant) => changed.get(grant.id) ?? grant;
    return {
      before,
      after: figures(visible.map(edited)),
      own:
        targets.length === visible.length
          ? null
          : { before: signedSum(targets), after: signedSum(targets.map(edited)) },
    };
  } catch (error) {
    if (error instanceof WindfallError) return { refusal: error.message };
    throw error;
  }
}

function figures(grants: readonly Grant[]): Figures {
  const { granted, usage, remaining, unlimited } = summarize(grants);
  return {
    granted,
    usage,
    remaining,
    unlimited,
    signed: signedSum(grants),
  };
}

function signedSum(grants: readonly Grant[]): Quantity {
  return sum(grants.map(({ balance }) => balance));
}

function addedGrant(
  draft: Extract<EditDraft, { mode: "add" }>,
  { entityId, at }: { entityId: string | null; at: Date },
): Grant {
  return {
    ...blank,
    id: addedId,
    setId: addedId,
    entityId,
    included: draft.amount,
    balance: draft.amount,
    expiresAt: draft.expiresAt === null ? null : new Date(draft.expiresAt),
    startsAt: at,
    createdAt: at,
  };
}

/**
 * A lot of the wire as a grant. What the wire leaves out decides only which lot is taken from first,
 * never the sums that are previewed.
 */
function toGrant(lot: Lot): Grant {
  const dateOf = (at: number | null) => (at === null ? null : new Date(at));
  return {
    ...blank,
    id: lot.id,
    setId: lot.balance_id,
    kind: lot.kind === "rollover" ? "rollover" : "manual",
    entityId: lot.entity_id,
    planId: lot.plan_id,
    included: fromRow(String(lot.granted)),
    balance: fromRow(String(lot.balance)),
    unlimited: lot.unlimited,
    nextResetAt: dateOf(lot.next_reset_at),
    startsAt: new Date(lot.starts_at),
    expiresAt: dateOf(lot.expires_at),
    endedAt: dateOf(lot.ended_at),
    createdAt: new Date(lot.starts_at),
  };
}

const blank = {
  rollover: null,
  parentId: null,
  featureId: 0,
  kind: "manual",
  subscriptionId: null,
  planItemId: null,
  planId: null,
  externalRef: null,
  prepaid: zero,
  adjustment: zero,
  unlimited: false,
  overflow: Overflow.none,
  floor: null,
  reset: null,
  resetBy: ResetBy.never,
  anchorAt: null,
  nextResetAt: null,
  endedAt: null,
  suspendedAt: null,
  isAddOn: true,
  lastSeq: 0n,
} as const;
