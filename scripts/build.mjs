#!/usr/bin/env node
// @ts-check
import "./steps/check-node.mjs";
import { buildProduct } from "./steps/build.mjs";
import { installPackages } from "./steps/install.mjs";
import { runMain } from "./steps/run-main.mjs";

// `npm run build`: what `npm start` does before it starts, for an image or a host that builds first.
await runMain(async () => {
  await installPackages();
  await buildProduct();
});
