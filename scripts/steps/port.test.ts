import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { listenAddress, localUrl } from "./options.mjs";
import { assertPortIsFree } from "./port.mjs";

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function occupy(body: string): Promise<{ host: string; port: number }> {
  const listening = createServer((_request, response) => response.end(body));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const address = listening.address();
  return { host: "127.0.0.1", port: typeof address === "object" && address ? address.port : 0 };
}

describe("assertPortIsFree", () => {
  it("names the port that another program uses, and a way out", async () => {
    const address = await occupy("hello");
    await expect(assertPortIsFree(address)).rejects.toThrow(
      new RegExp(`Another program already uses port ${address.port} .*PORT=\\d+ npm start`),
    );
  });

  it("recognizes a Windfall that runs there already", async () => {
    const address = await occupy('{"status":"ok","version":"0.1.0","database":"ok"}');
    await expect(assertPortIsFree(address)).rejects.toThrow(/^Windfall 0\.1\.0 already uses port/);
  });

  it("lets a free port go", async () => {
    const address = await occupy("hello");
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    await expect(assertPortIsFree(address)).resolves.toBeUndefined();
  });

  it("refuses an address that is not this machine's", async () => {
    await expect(assertPortIsFree({ host: "192.0.2.1", port: 3999 })).rejects.toThrow(
      /HOST is 192\.0\.2\.1, which is not an address of this machine/,
    );
  });
});

describe("listenAddress", () => {
  it("defaults to port 3000 of this machine alone", () => {
    expect(listenAddress({ NODE_ENV: "test", PORT: "", HOST: "" })).toEqual({
      host: "127.0.0.1",
      port: 3000,
    });
  });

  it.each(["0", "-1", "65536", "30.5", "http", "3000x"])("refuses PORT=%s", (port) => {
    expect(() => listenAddress({ NODE_ENV: "test", PORT: port })).toThrow(
      /^PORT is ".*Set it to a number between/,
    );
  });
});

describe("localUrl", () => {
  it.each([
    ["127.0.0.1", "http://localhost:3000"],
    ["0.0.0.0", "http://localhost:3000"],
    ["::", "http://localhost:3000"],
    ["::1", "http://[::1]:3000"],
    ["10.0.0.5", "http://10.0.0.5:3000"],
  ])("of %s is %s", (host, url) => {
    expect(localUrl({ host, port: 3000 })).toBe(url);
  });
});
