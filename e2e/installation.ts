/**
 * The two installations that the journeys run against: one that is as empty as a fresh clone, and
 * one that the bootstrap variables have given an owner and a key.
 */
export const fresh = {
  setupToken: "the-one-time-token-of-the-journeys",
} as const;

export const bootstrapped = {
  organization: "default",
  ownerEmail: "owner@example.com",
  ownerPassword: "a-password-for-the-journeys",
  secretKey: "am_sk_test_journeys0123456789",
} as const;
