import { wallNow } from "./clock";
import type { Ctx, Tenant } from "./context";
import type { Db } from "./db";
import { newId } from "./id";
import { log } from "./log";

/** The context of work that no caller asked for, such as a job's; `job` is its name. */
export function systemContext(db: Db, tenant: Tenant, job: string): Ctx {
  const requestId = `req_${newId().replaceAll("-", "")}`;
  return {
    tenant,
    actor: { kind: "system", id: job, label: job },
    scopes: new Set(),
    now: wallNow(),
    requestId,
    idempotency: null,
    db,
    log: log.child({ requestId, job }),
  };
}
