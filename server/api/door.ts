import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyLimitOf, tooLarge } from "./body-limit";
import { answerCall, type HttpAnswer } from "./http";

/** Some clients append "/v1" to a base URL that already ends in it. */
const CALL = /^\/v1\/(?:v1\/)?([\w.-]+)(?:\?.*)?$/;

/**
 * Answers a call of the API from Node's own messages, without the web's `Request` and `Response`
 * in between: they cost about as much as everything else that a check needs. The same
 * `answerCall` stands behind both.
 *
 * @returns false for whatever is not a call, which the caller answers in another way.
 */
export function answerAtDoor(request: IncomingMessage, response: ServerResponse): boolean {
  const name = request.method === "POST" ? CALL.exec(request.url ?? "")?.[1] : undefined;
  if (name === undefined) return false;
  const limit = bodyLimitOf(name);
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > limit) {
    refuseBody(request, response, limit);
    return true;
  }
  readBody(request, limit, (text) => {
    if (text === null) return refuseBody(request, response, limit);
    const call = { name, header: (header: string) => headerOf(request, header), text: () => text };
    void answerCall(call).then((answer) => send(response, answer));
  });
  return true;
}

function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : (value?.[0] ?? null);
}

/** Gives the whole body, or null as soon as it is too large; a caller that hangs up gets nothing. */
function readBody(
  request: IncomingMessage,
  limit: number,
  give: (text: string | null) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const take = (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= limit) return;
    request.off("data", take);
    request.off("end", done);
    give(null);
  };
  const done = () => {
    const [only] = chunks;
    const whole = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
    const text = whole.toString("utf8");
    // The web's own reading of a body drops a byte order mark too.
    give(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  };
  request.on("data", take);
  request.on("end", done);
  // Without a listener an aborted upload would end the process.
  request.on("error", () => undefined);
}

/** The rest of the body is not read, so the connection cannot be used again. */
function refuseBody(request: IncomingMessage, response: ServerResponse, limit: number): void {
  response.shouldKeepAlive = false;
  send(response, tooLarge(limit));
  request.resume();
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  const fields = ["content-length", String(Buffer.byteLength(body))];
  for (const name in headers) fields.push(name, headers[name] ?? "");
  response.writeHead(status, fields);
  // Head and body as one text are one write.
  response.end(body);
}
