import { sameSecret } from "../platform/crypto";
import { env } from "../platform/env";
import { RHYTHMS } from "./jobs";
import { runJobsOnce } from "./run-jobs-once";

/**
 * `GET /api/jobs/tick?rhythm=minute|day` with `Authorization: Bearer CRON_SECRET`, as schedulers of
 * serverless hosts send it; 404 while no secret is set.
 */
export async function answerTick(request: Request): Promise<Response> {
  const { CRON_SECRET: secret, DATABASE_URL: url } = env();
  if (secret === undefined) return new Response("Not found\n", { status: 404 });
  const sent = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  if (!sameSecret(sent, secret)) return new Response("Unauthorized\n", { status: 401 });
  const asked = new URL(request.url).searchParams.get("rhythm") ?? "minute";
  const rhythm = RHYTHMS.find((known) => known === asked);
  if (rhythm === undefined) {
    return new Response(`rhythm is one of ${RHYTHMS.join(", ")}\n`, { status: 400 });
  }
  return Response.json({ jobs: await runJobsOnce(url, rhythm) });
}
