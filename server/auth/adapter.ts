import type { Adapter, AdapterUser } from "next-auth/adapters";
import { wallNow } from "../platform/clock";
import { hashSecret } from "../platform/crypto";
import type { Db } from "../platform/db";
import { newId } from "../platform/id";
import { sql } from "../platform/sql";
import {
  insertAccount,
  insertUser,
  insertVerificationToken,
  takeVerificationToken,
  writeEmailVerified,
} from "./rows";

interface UserRow {
  id: string;
  email: string;
  name: string | null;
  image_url: string | null;
  email_verified_at: Date | null;
}

/**
 * Our tables as next-auth's sign-in by link and by provider needs them. Sign-ins themselves are
 * rows of `session` that the signed cookie names, which next-auth has no notion of.
 */
export function authAdapter(db: Db): Adapter {
  const findById = async (id: string) =>
    userOf(
      await db.query<UserRow>(sql`
        SELECT id, email, name, image_url, email_verified_at FROM app_user WHERE id = ${id}::uuid`),
    );
  return {
    getUser: findById,
    getUserByEmail: async (email) =>
      userOf(
        await db.query<UserRow>(sql`
          SELECT id, email, name, image_url, email_verified_at FROM app_user
          WHERE email = ${email.toLowerCase()}`),
      ),
    getUserByAccount: async ({ provider, providerAccountId }) =>
      userOf(
        await db.query<UserRow>(sql`
          SELECT u.id, u.email, u.name, u.image_url, u.email_verified_at
          FROM account a JOIN app_user u ON u.id = a.user_id
          WHERE a.provider = ${provider} AND a.provider_account_id = ${providerAccountId}`),
      ),
    createUser: async (user: Omit<AdapterUser, "id">) => {
      const id = newId();
      const at = wallNow();
      // Only addresses that their provider, or an answered link, has proved come this far.
      await insertUser(db, {
        id,
        email: user.email.toLowerCase(),
        name: user.name ?? null,
        imageUrl: user.image ?? null,
        passwordHash: null,
        emailVerifiedAt: at,
        at,
      });
      return { ...user, id, emailVerified: at };
    },
    updateUser: async (user) => {
      if (user.emailVerified) {
        await writeEmailVerified(db, { userId: user.id, at: user.emailVerified });
      }
      const stored = await findById(user.id);
      if (stored === null) throw new Error("the person was deleted while signing in");
      return stored;
    },
    linkAccount: async (account: {
      provider: string;
      providerAccountId: string;
      userId: string;
      type: string;
    }) => {
      const { provider, providerAccountId, userId, type } = account;
      await insertAccount(db, { provider, providerAccountId, userId, type, at: wallNow() });
    },
    createVerificationToken: async (token) => {
      await insertVerificationToken(db, {
        identifier: token.identifier,
        tokenHash: hashSecret(token.token),
        expiresAt: token.expires,
        at: wallNow(),
      });
      return token;
    },
    useVerificationToken: async ({ identifier, token }) => {
      const expires = await takeVerificationToken(db, { identifier, tokenHash: hashSecret(token) });
      return expires === null ? null : { identifier, token, expires };
    },
  };
}

function userOf(rows: readonly UserRow[]): AdapterUser | null {
  const [row] = rows;
  if (row === undefined) return null;
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    image: row.image_url,
    emailVerified: row.email_verified_at,
  };
}
