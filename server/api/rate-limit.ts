import { LRUCache } from "lru-cache";
import { wallNow } from "../platform/clock";

/** At most `limit` calls in any window of `windowMs`, refilled evenly. */
export interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

/** What the `RateLimit-*` headers say, and whether this call may pass. */
export interface RateDecision {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Seconds until the bucket is full again, or, when refused, until one call fits. */
  readonly resetSeconds: number;
}

interface Bucket {
  tokens: number;
  updatedAt: number;
}

/**
 * In-process token buckets: no round trip on the hot path. Several processes have several buckets;
 * a limit is per process.
 */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, Bucket>({ max: 50_000 });

  /** Takes one token from the bucket of `key`. */
  take(key: string, { limit, windowMs }: RateLimit): RateDecision {
    const now = wallNow().getTime();
    const perMs = limit / windowMs;
    const bucket = this.buckets.get(key) ?? { tokens: limit, updatedAt: now };
    const tokens = Math.min(limit, bucket.tokens + Math.max(0, now - bucket.updatedAt) * perMs);
    const allowed = tokens >= 1;
    const left = allowed ? tokens - 1 : tokens;
    this.buckets.set(key, { tokens: left, updatedAt: now });
    const waitMs = (allowed ? limit - left : 1 - left) / perMs;
    return { allowed, remaining: Math.floor(left), resetSeconds: Math.ceil(waitMs / 1000) };
  }
}
