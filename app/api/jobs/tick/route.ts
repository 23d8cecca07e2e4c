import { answerTick } from "@/server/jobs/answer-tick";

/** Work may take as long as the host allows. */
export const maxDuration = 300;

export { answerTick as GET };
