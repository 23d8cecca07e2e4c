import type { NextConfig } from "next";

const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  { key: "Referrer-Policy", value: "strict-origin-when-cross-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
  // Browsers heed this over https only, so a local installation is not affected.
  { key: "Strict-Transport-Security", value: "max-age=31536000" },
];

const nextConfig: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // The development server is opened under either name.
  allowedDevOrigins: ["127.0.0.1", "localhost"],
  // Packages with native code or files of their own, which must not be bundled.
  serverExternalPackages: ["pg", "pino", "prom-client", "@node-rs/argon2", "graphile-worker"],
  // `npm test` checks the types of everything, scripts and tests included; a start need not again.
  typescript: { ignoreBuildErrors: true },
  // A lockfile in a folder above would make the framework guess another root.
  turbopack: { root: import.meta.dirname },
  headers: async () => [{ source: "/(.*)", headers: securityHeaders }],
};

export default nextConfig;
