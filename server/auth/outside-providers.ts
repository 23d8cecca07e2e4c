import type { AuthOptions } from "next-auth";
import EmailProvider from "next-auth/providers/email";
import GitHubProvider, { type GithubProfile } from "next-auth/providers/github";
import GoogleProvider from "next-auth/providers/google";
import { z } from "zod";
import type { Db } from "../platform/db";
import { env } from "../platform/env";
import { canSendMail, sendMail } from "../platform/mail";
import { mayEnter } from "./may-enter";

type Providers = AuthOptions["providers"];

/** The ways to sign in that this installation has beside a password. */
export function outsideWays() {
  return {
    emailLink: canSendMail(),
    github: env().GITHUB_ID !== undefined,
    google: env().GOOGLE_ID !== undefined,
  };
}

/** next-auth's providers for the ways whose settings are given. */
export function outsideProviders(db: Db): Providers {
  return [...emailLink(db), ...github(), ...google()];
}

function emailLink(db: Db): Providers {
  if (!canSendMail()) return [];
  return [
    EmailProvider({
      maxAge: 15 * 60,
      sendVerificationRequest: async ({ identifier, url }) => {
        const known = { provider: "email", providerAccountId: identifier, email: identifier };
        if (!(await mayEnter(db, known))) return;
        await sendMail({
          to: identifier,
          subject: "Your sign-in link for Windfall",
          text: `Open this link to sign in to Windfall. It works once, within 15 minutes.\n\n${url}\n\nIf you did not ask for it, ignore this letter; nothing happens.\n`,
        });
      },
    }),
  ];
}

function github(): Providers {
  const { GITHUB_ID, GITHUB_SECRET } = env();
  if (GITHUB_ID === undefined || GITHUB_SECRET === undefined) return [];
  return [
    GitHubProvider({
      clientId: GITHUB_ID,
      clientSecret: GITHUB_SECRET,
      // Safe because `provenEmail` lets no address through that GitHub has not verified.
      allowDangerousEmailAccountLinking: true,
      userinfo: {
        url: "https://api.github.com/user",
        request: async ({ client, tokens }) => {
          const token = tokens.access_token ?? "";
          const { email: _unproven, ...profile } = await client.userinfo<GithubProfile>(token);
          const email = await provenEmail(token);
          return email === null ? profile : { ...profile, email };
        },
      },
    }),
  ];
}

const GitHubEmails = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);

async function provenEmail(accessToken: string): Promise<string | null> {
  const response = await fetch("https://api.github.com/user/emails", {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const emails = GitHubEmails.safeParse(await response.json());
  if (!emails.success) return null;
  return emails.data.find((entry) => entry.primary && entry.verified)?.email ?? null;
}

function google(): Providers {
  const { GOOGLE_ID, GOOGLE_SECRET } = env();
  if (GOOGLE_ID === undefined || GOOGLE_SECRET === undefined) return [];
  return [
    GoogleProvider({
      clientId: GOOGLE_ID,
      clientSecret: GOOGLE_SECRET,
      // Safe because an address that Google has not verified is dropped below.
      allowDangerousEmailAccountLinking: true,
      profile: (profile) => ({
        id: profile.sub,
        name: profile.name,
        email: profile.email_verified ? profile.email : null,
        image: profile.picture,
      }),
    }),
  ];
}
