import type { Body } from "./story";

const counted = (
  id: string,
  name: string,
  unit: readonly [string, string],
  event: string,
): Body => ({
  feature_id: id,
  name,
  type: "metered",
  consumable: true,
  display: { singular: unit[0], plural: unit[1] },
  event_names: [event],
});

const held = (id: string, name: string, unit: readonly [string, string]): Body => ({
  feature_id: id,
  name,
  type: "metered",
  consumable: false,
  display: { singular: unit[0], plural: unit[1] },
});

const switched = (id: string, name: string): Body => ({ feature_id: id, name, type: "boolean" });

/** The features of an invented product: a team inbox with an assistant in it. */
export const demoFeatures: readonly Body[] = [
  counted("messages", "Messages", ["message", "messages"], "message.sent"),
  counted("answers", "Assistant answers", ["answer", "answers"], "assistant.answered"),
  counted("api_calls", "API calls", ["call", "calls"], "api.called"),
  counted("emails", "E-mails", ["e-mail", "e-mails"], "email.sent"),
  counted("exports", "Exports", ["export", "exports"], "report.exported"),
  held("seats", "Seats", ["seat", "seats"]),
  held("workspaces", "Workspaces", ["workspace", "workspaces"]),
  held("storage_gb", "Storage", ["GB", "GB"]),
  switched("sso", "Single sign-on"),
  switched("audit_log", "Audit log"),
  switched("priority_support", "Priority support"),
  switched("eu_residency", "Data stays in the EU"),
  {
    feature_id: "credits",
    name: "Credits",
    type: "credit_system",
    display: { singular: "credit", plural: "credits" },
    // They pay once the answers, e-mails and exports of the plan itself are used up.
    credit_schema: [
      {
        metered_feature_id: "answers",
        credit_cost: 1,
        dimensions: { large: { match: { model: "large" }, credit_cost: 4 } },
      },
      { metered_feature_id: "emails", credit_cost: 0.5 },
      { metered_feature_id: "exports", credit_cost: 10 },
    ],
  },
];

const monthly = (featureId: string, included: number): Body => ({
  feature_id: featureId,
  included,
  reset: { interval: "month" },
});
const fixed = (featureId: string, included: number): Body => ({ feature_id: featureId, included });
const unlimited = (featureId: string): Body => ({ feature_id: featureId, unlimited: true });
const on = (featureId: string): Body => ({ feature_id: featureId });

const teamItems: readonly Body[] = [
  monthly("answers", 900),
  monthly("api_calls", 8_000),
  monthly("emails", 800),
  monthly("exports", 40),
  monthly("credits", 1_000),
  fixed("seats", 5),
  fixed("workspaces", 3),
  fixed("storage_gb", 50),
  on("sso"),
];

/** The plans: three that replace each other, two groups beside them, and add-ons. None has a price. */
export const demoPlans: readonly Body[] = [
  {
    plan_id: "free",
    name: "Free",
    description: "For trying things out.",
    auto_enable: true,
    items: [
      monthly("messages", 200),
      monthly("answers", 60),
      monthly("api_calls", 500),
      monthly("emails", 50),
      monthly("exports", 4),
      fixed("seats", 2),
      fixed("workspaces", 1),
      fixed("storage_gb", 2),
    ],
  },
  {
    plan_id: "team",
    name: "Team (beta)",
    description: "For teams that join the beta.",
    items: [monthly("messages", 2_000), ...teamItems],
  },
  {
    plan_id: "scale",
    name: "Scale (beta)",
    description: "For companies that run on it.",
    items: [
      monthly("messages", 20_000),
      monthly("answers", 6_000),
      unlimited("api_calls"),
      monthly("emails", 5_000),
      unlimited("exports"),
      fixed("seats", 15),
      fixed("workspaces", 10),
      fixed("storage_gb", 500),
      on("sso"),
      on("audit_log"),
    ],
  },
  {
    plan_id: "priority-support",
    name: "Priority support",
    group: "support",
    items: [on("priority_support")],
  },
  {
    plan_id: "eu-hosting",
    name: "EU hosting",
    group: "hosting",
    items: [on("eu_residency")],
  },
  {
    plan_id: "message-pack",
    name: "Message pack",
    description: "Once, on top of the plan.",
    add_on: true,
    items: [fixed("messages", 500)],
  },
  {
    plan_id: "answer-boost",
    name: "Answer boost",
    add_on: true,
    items: [monthly("answers", 300)],
  },
];

/** What the second version of the plan `team` changes: more messages, and the audit log. */
export const secondTeamVersion: Body = {
  plan_id: "team",
  items: [monthly("messages", 3_000), ...teamItems, on("audit_log")],
  // The first one has customers as soon as the demo's history is told.
  force_version: true,
};
