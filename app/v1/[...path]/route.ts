import { handle } from "hono/vercel";
import { api } from "@/server/api/app";

const answer = handle(api);

export { answer as GET, answer as POST };
