import { wallNow } from "../platform/clock";
import type { Db } from "../platform/db";
import { sql } from "../platform/sql";

/** Somebody who proved an identity by a link or at a provider. */
export interface Proof {
  readonly provider: string;
  readonly providerAccountId: string;
  /** An address that was proved; `null` when the provider vouches for none. */
  readonly email: string | null;
}

/**
 * Whether a proved identity may come in. Nobody joins by signing in: a person must be known, or
 * hold an open invitation to exactly this address.
 */
export async function mayEnter(db: Db, proof: Proof): Promise<boolean> {
  const email = proof.email?.toLowerCase() ?? null;
  const [answer] = await db.query<{ may: boolean }>(sql`
    SELECT EXISTS (SELECT 1 FROM account
                   WHERE provider = ${proof.provider}
                     AND provider_account_id = ${proof.providerAccountId})
        OR EXISTS (SELECT 1 FROM app_user WHERE email = ${email})
        OR EXISTS (SELECT 1 FROM invitation
                   WHERE email = ${email} AND accepted_at IS NULL AND revoked_at IS NULL
                     AND expires_at > ${wallNow()}) AS may`);
  return answer?.may === true;
}
