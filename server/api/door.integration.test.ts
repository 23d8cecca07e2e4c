import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestOrganization, testOrganization } from "../testing/ctx";
import { givenCustomer, givenFeature } from "../testing/factory";
import { answerAtDoor } from "./door";

let organization: TestOrganization;
let server: Server;
let url = "";

beforeAll(async () => {
  organization = await testOrganization();
  await givenFeature(organization.sandbox, { slug: "messages" });
  await givenCustomer(organization.sandbox, "müller");
  server = createServer((request, response) => {
    if (!answerAtDoor(request, response)) response.writeHead(418).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
});
afterAll(() => server.close());

const post = (path: string, body: NonNullable<RequestInit["body"]>, init: RequestInit = {}) =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${organization.sandboxKey}` },
    body,
    ...init,
  });
const question = JSON.stringify({ customer_id: "müller", feature_id: "messages" });

describe("the door", () => {
  it.each(["/v1/balances.check", "/v1/v1/balances.check", "/v1/balances.check?x=1"])(
    "answers %s",
    async (path) => {
      const answer = await post(path, question);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("x-request-id")).toMatch(/^req_[0-9a-f]{32}$/);
      expect(await answer.json()).toMatchObject({ allowed: false, customer_id: "müller" });
    },
  );

  it("reads a body that comes in pieces, with a byte order mark, split within a character", async () => {
    const bytes = Buffer.from(`\uFEFF${question}`);
    const cut = bytes.indexOf("ü") + 1;
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    });
    const answer = await post("/v1/balances.check", stream, { duplex: "half" } as RequestInit);
    expect(await answer.json()).toMatchObject({ customer_id: "müller" });
  });

  it("answers errors in the one envelope", async () => {
    const answer = await post("/v1/balances.nothing", "{}");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "not_found" });
    const keyless = await post("/v1/balances.check", question, { headers: {} });
    expect(keyless.status).toBe(401);
  });

  it("leaves everything that is not a call to others", async () => {
    expect((await fetch(`${url}/v1/balances.check`)).status).toBe(418);
    expect((await post("/v1/openapi.json/more", "")).status).toBe(418);
    expect((await post("/healthz", "")).status).toBe(418);
  });

  it("refuses a body that is declared too large before it is sent", async () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`POST /v1/balances.check HTTP/1.1\r\nhost: x\r\ncontent-length: 1048577\r\n\r\n`);
    const [data] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    expect(data.toString()).toMatch(/^HTTP\/1\.1 413 [\s\S]*"payload_too_large"/);
  });

  it("refuses a body that turns out too large, and takes one at the limit", async () => {
    const streamed = (length: number) => {
      let left = length;
      return new ReadableStream<Uint8Array>({
        pull: (controller) => {
          const size = Math.min(left, 65_536);
          left -= size;
          if (size === 0) controller.close();
          else controller.enqueue(new Uint8Array(size).fill(32));
        },
      });
    };
    const sent = (length: number) =>
      post("/v1/features.list", streamed(length), { duplex: "half" } as RequestInit);
    expect((await sent(1_048_576)).status).toBe(400);
    expect((await sent(1_048_577)).status).toBe(413);
  });
});

describe("an idempotency key", () => {
  const track = (body: Record<string, unknown>, header?: string) =>
    post(
      "/v1/balances.track",
      JSON.stringify({ customer_id: "müller", feature_id: "messages", ...body }),
      {
        headers: {
          authorization: `Bearer ${organization.sandboxKey}`,
          ...(header === undefined ? {} : { "idempotency-key": header }),
        },
      },
    );

  it("is the same in the header and in the body", async () => {
    expect((await track({}, "one")).headers.get("idempotency-replayed")).toBeNull();
    for (const again of [
      track({ idempotency_key: "one" }),
      track({ idempotency_key: "one" }, "one"),
    ]) {
      const answer = await again;
      expect(answer.status).toBe(200);
      expect(answer.headers.get("idempotency-replayed")).toBe("true");
    }
  });

  it.each([
    ["that is no text", { idempotency_key: 5 }, undefined],
    ["that is empty", { idempotency_key: "" }, undefined],
    ["that differs from the header's", { idempotency_key: "two" }, "three"],
  ])("%s is refused", async (_, body, header) => {
    const answer = await track(body, header);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "invalid_inputs" });
  });
});
