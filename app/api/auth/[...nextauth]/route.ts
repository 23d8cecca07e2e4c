import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/server/auth/next-auth";
import { db } from "@/server/platform/db";

type Context = { params: Promise<{ nextauth: string[] }> };

async function answer(request: NextRequest, context: Context): Promise<Response> {
  const options = authOptions(db(), request.headers);
  const [action] = (await context.params).nextauth;
  // A callback starts a sign-in of its own. With the running one in sight, next-auth would tie the
  // provider's identity to whoever is signed in, whatever its address.
  if (action === "callback") options.jwt = { decode: async () => null };
  return NextAuth(request, context, options);
}

export { answer as GET, answer as POST };
