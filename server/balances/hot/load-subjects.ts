import type { Catalog, CatalogFeature } from "../../catalog/catalog";
import type { PreparedStatement, Queryable } from "../../platform/sql";
import { GRANT_COLUMNS, type GrantRow } from "../grant-row";
import type { UsageRequest } from "./subject";

/** A request with the features that its catalog gave. */
export interface PlannedRequest {
  readonly request: UsageRequest;
  readonly catalog: Catalog;
  readonly features: readonly CatalogFeature[];
}

/** One row per request, feature and grant; the figures of the request repeat. */
export interface SubjectRow {
  n: number;
  wanted_feature_id: number;
  customer_id: string | null;
  head_seq: bigint;
  head_recorded_at: Date;
  catalog_version: number;
  key_refused: boolean;
  found_entity_id: string | null;
  replay_body_hash: string | null;
  replay_status: number | null;
  replay_answer: Buffer | null;
  grant_entity_external_id: string | null;
  /** Null when the customer has no grant of the feature. */
  grant: GrantRow | null;
}

const READ: PreparedStatement = {
  name: "load_subjects",
  text: `
    SELECT i.n, i.feature_id AS wanted_feature_id, c.id AS customer_id, h.seq AS head_seq,
      h.recorded_at AS head_recorded_at, e.catalog_version,
      (i.key_id IS NOT NULL AND (k.id IS NULL OR k.revoked_at IS NOT NULL)) AS key_refused,
      en.id AS found_entity_id, x.body_hash AS replay_body_hash, x.status AS replay_status,
      x.answer AS replay_answer, ge.external_id AS grant_entity_external_id,
      ${GRANT_COLUMNS.map((column) => `g.${column}`).join(", ")}
    FROM unnest($1::int[], $2::int[], $3::text[], $4::int[], $5::text[], $6::uuid[], $7::uuid[])
      AS i(n, env_id, external_id, feature_id, entity_external_id, key_id, key_hash)
    JOIN environment e ON e.id = i.env_id
    LEFT JOIN api_key k ON k.env_id = i.env_id AND k.id = i.key_id
    LEFT JOIN customer c ON c.env_id = i.env_id AND c.external_id = i.external_id AND c.deleted_at IS NULL
    LEFT JOIN customer_head h ON h.customer_id = c.id
    LEFT JOIN entity en ON en.customer_id = c.id AND en.external_id = i.entity_external_id AND en.deleted_at IS NULL
    LEFT JOIN grants g ON g.customer_id = c.id AND g.feature_id = i.feature_id AND g.ended_at IS NULL
    LEFT JOIN entity ge ON ge.customer_id = g.customer_id AND ge.id = g.entity_id
    LEFT JOIN idempotency x ON x.env_id = i.env_id AND x.key_hash = i.key_hash
    ORDER BY i.n, g.created_at, g.id`,
};

/**
 * Reads all that a batch of requests needs, in one statement and so in one snapshot: customers with
 * their gates, the living grants of the features asked for, entities, stored answers, and whether
 * each calling key still holds.
 *
 * @returns the rows of each request, by its position.
 */
export async function loadSubjects(
  connection: Queryable,
  planned: readonly PlannedRequest[],
): Promise<SubjectRow[][]> {
  const wanted = planned.flatMap(({ request, features }, n) =>
    features.map((feature) => ({ n, request, featureId: feature.id })),
  );
  const rows = await connection.prepared<FlatRow>(READ, [
    wanted.map(({ n }) => n),
    wanted.map(({ request }) => request.ctx.tenant.envId),
    wanted.map(({ request }) => request.customerId),
    wanted.map(({ featureId }) => featureId),
    wanted.map(({ request }) => request.entityId),
    wanted.map(({ request }) => keyIdOf(request)),
    wanted.map(({ request }) => request.ctx.idempotency?.keyHash ?? null),
  ]);
  const byRequest: SubjectRow[][] = planned.map(() => []);
  for (const row of rows) {
    byRequest[row.n]?.push({ ...row, grant: row.id === null ? null : (row as GrantRow) });
  }
  return byRequest;
}

type FlatRow = Omit<SubjectRow, "grant"> & (GrantRow | { id: null });

function keyIdOf({ ctx }: UsageRequest): string | null {
  return ctx.actor.kind === "api_key" ? ctx.actor.id : null;
}
