import { signIn } from "next-auth/react";

/** Why somebody did not get in, in words; `null` when they did. */
export type SignInFailure = string | null;

const SENTENCES: Readonly<Record<string, string>> = {
  CredentialsSignin: "The e-mail or the password is not right.",
  too_many_attempts: "There were too many attempts. Wait a quarter of an hour and try again.",
  AccessDenied: "Nobody here uses this account. Ask an owner of your organization to invite you.",
  Verification: "This link was used already, or has expired. Ask for another one.",
  EmailSignin: "The letter could not be sent. Try again, or sign in another way.",
};

/** The sentence for an error word that sign-in answered, or that came back in the address. */
export function signInSentence(error: string): string {
  return SENTENCES[error] ?? "Signing in did not work. Try again.";
}

/** Signs in with a password; the cookie is set when this resolves to `null`. */
export async function signInWithPassword(email: string, password: string): Promise<SignInFailure> {
  try {
    const result = await signIn("password", { redirect: false, email, password });
    if (result === undefined) return signInSentence("");
    return result.ok && !result.error ? null : signInSentence(result.error ?? "");
  } catch {
    return "The server cannot be reached. Check your connection and try again.";
  }
}

/** Has a link sent. The answer is the same for known and unknown addresses. */
export async function sendSignInLink(email: string, next: string): Promise<SignInFailure> {
  try {
    const result = await signIn("email", { redirect: false, email, callbackUrl: next });
    return result?.error ? signInSentence(result.error) : null;
  } catch {
    return "The server cannot be reached. Check your connection and try again.";
  }
}
