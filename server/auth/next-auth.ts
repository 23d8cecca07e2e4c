import type { AuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import CredentialsProvider from "next-auth/providers/credentials";
import { WindfallError } from "../core/error";
import type { Db } from "../platform/db";
import { env } from "../platform/env";
import { authAdapter } from "./adapter";
import { emailAddress } from "./email-address";
import { mayEnter } from "./may-enter";
import { outsideProviders } from "./outside-providers";
import { findSignedIn } from "./session";
import { revokeSession, SESSION_SECONDS, startSession } from "./sessions";
import { signInWithPassword } from "./sign-in-with-password";
import { addressOf, admitAttempt } from "./throttle";

declare module "next-auth" {
  interface Session {
    sessionId?: string;
  }
}
declare module "next-auth/jwt" {
  interface JWT {
    /** The row of `session` that can be listed and revoked. */
    sessionId?: string;
  }
}

/**
 * How people sign in. The cookie is a signed token that carries the id of a session row; it is
 * worth something only as long as that row is.
 *
 * `headers` are those of the request, for throttling and for naming the device.
 */
export function authOptions(db: Db, headers: Headers): AuthOptions {
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/sign-in", error: "/sign-in", verifyRequest: "/sign-in?sent=1" },
    adapter: authAdapter(db),
    providers: [passwordProvider(db, headers), ...outsideProviders(db)],
    jwt: {
      // A revoked sign-in must count as none everywhere, also where next-auth looks by itself.
      decode: async (params) => {
        const token = await decode(params);
        if (token?.sessionId === undefined) return null;
        return (await findSignedIn(db, token.sessionId)) === null ? null : token;
      },
    },
    callbacks: {
      signIn: async ({ user, account, email }) => {
        if (account === null || account.type === "credentials") return account !== null;
        if (email?.verificationRequest) return admitLink(db, headers, account.providerAccountId);
        const { provider, providerAccountId } = account;
        return mayEnter(db, { provider, providerAccountId, email: user.email ?? null });
      },
      jwt: async ({ token, user }) => {
        if (!user) return token;
        const userAgent = headers.get("user-agent");
        return { sub: user.id, sessionId: await startSession(db, { userId: user.id, userAgent }) };
      },
      session: ({ session, token }) => ({ expires: session.expires, sessionId: token.sessionId }),
    },
    events: {
      signOut: async ({ token }) => {
        if (token?.sub === undefined || token.sessionId === undefined) return;
        await revokeSession(db, { userId: token.sub, id: token.sessionId });
      },
    },
  };
}

function passwordProvider(db: Db, headers: Headers) {
  return CredentialsProvider({
    id: "password",
    credentials: { email: {}, password: {} },
    authorize: async (credentials) => {
      const email = emailAddress.safeParse(credentials?.email ?? "");
      if (!email.success) return null;
      try {
        return await signInWithPassword(db, {
          email: email.data,
          password: credentials?.password.slice(0, 1_000) ?? "",
          address: addressOf(headers),
        });
      } catch (error) {
        // next-auth hands an error's message on to the page; ours are words that the page knows.
        throw new Error(error instanceof WindfallError ? error.reason : "Callback");
      }
    },
  });
}

/** A link is sent to known addresses only, and the answer is the same for all. */
async function admitLink(db: Db, headers: Headers, email: string): Promise<true> {
  const keys = { purpose: "e-mail link", person: email, address: addressOf(headers) } as const;
  try {
    await admitAttempt(db, keys);
  } catch (error) {
    throw new Error(error instanceof WindfallError ? error.reason : "Callback");
  }
  return true;
}
