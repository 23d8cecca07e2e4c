import type { ListedRates } from "./stored";

/** The month whose public prices the list shows. Nothing is ever fetched: people edit prices. */
export const ratesAsOf = "2025-11";

/** A starting list of well-known models at their providers' public prices, without discounts. */
export const bundledRates: Readonly<Record<string, ListedRates>> = {
  "amazon/nova-lite": { input: "0.06", output: "0.24", cacheRead: "0.015" },
  "amazon/nova-micro": { input: "0.035", output: "0.14", cacheRead: "0.00875" },
  "amazon/nova-pro": { input: "0.8", output: "3.2", cacheRead: "0.2" },
  "anthropic/claude-3-haiku": {
    input: "0.25",
    output: "1.25",
    cacheRead: "0.03",
    cacheWrite: "0.3",
  },
  "anthropic/claude-3-5-haiku": {
    input: "0.8",
    output: "4",
    cacheRead: "0.08",
    cacheWrite: "1",
  },
  "anthropic/claude-3-7-sonnet": {
    input: "3",
    output: "15",
    cacheRead: "0.3",
    cacheWrite: "3.75",
  },
  "anthropic/claude-haiku-4-5": { input: "1", output: "5", cacheRead: "0.1", cacheWrite: "1.25" },
  "anthropic/claude-opus-4-1": {
    input: "15",
    output: "75",
    cacheRead: "1.5",
    cacheWrite: "18.75",
  },
  "anthropic/claude-sonnet-4": {
    input: "3",
    output: "15",
    cacheRead: "0.3",
    cacheWrite: "3.75",
    longContext: {
      rates: { input: "6", output: "22.5", cacheRead: "0.6", cacheWrite: "7.5" },
    },
  },
  "anthropic/claude-sonnet-4-5": {
    input: "3",
    output: "15",
    cacheRead: "0.3",
    cacheWrite: "3.75",
    longContext: {
      rates: { input: "6", output: "22.5", cacheRead: "0.6", cacheWrite: "7.5" },
    },
  },
  "cohere/command-r": { input: "0.15", output: "0.6" },
  "cohere/command-r-plus": { input: "2.5", output: "10" },
  "deepseek/deepseek-chat": { input: "0.28", output: "0.42", cacheRead: "0.028" },
  "deepseek/deepseek-reasoner": { input: "0.28", output: "0.42", cacheRead: "0.028" },
  "google/gemini-2.0-flash": { input: "0.1", output: "0.4", cacheRead: "0.025", audioInput: "0.7" },
  "google/gemini-2.5-flash": { input: "0.3", output: "2.5", cacheRead: "0.03", audioInput: "1" },
  "google/gemini-2.5-flash-lite": {
    input: "0.1",
    output: "0.4",
    cacheRead: "0.01",
    audioInput: "0.3",
  },
  "google/gemini-2.5-pro": {
    input: "1.25",
    output: "10",
    cacheRead: "0.125",
    longContext: { rates: { input: "2.5", output: "15", cacheRead: "0.25" } },
  },
  "mistral/codestral": { input: "0.3", output: "0.9" },
  "mistral/mistral-large": { input: "2", output: "6" },
  "mistral/mistral-medium": { input: "0.4", output: "2" },
  "mistral/mistral-small": { input: "0.1", output: "0.3" },
  "openai/gpt-4-turbo": { input: "10", output: "30" },
  "openai/gpt-4.1": { input: "2", output: "8", cacheRead: "0.5" },
  "openai/gpt-4.1-mini": { input: "0.4", output: "1.6", cacheRead: "0.1" },
  "openai/gpt-4.1-nano": { input: "0.1", output: "0.4", cacheRead: "0.025" },
  "openai/gpt-4o": { input: "2.5", output: "10", cacheRead: "1.25" },
  "openai/gpt-4o-audio-preview": {
    input: "2.5",
    output: "10",
    audioInput: "40",
    audioOutput: "80",
  },
  "openai/gpt-4o-mini": { input: "0.15", output: "0.6", cacheRead: "0.075" },
  "openai/gpt-5": { input: "1.25", output: "10", cacheRead: "0.125" },
  "openai/gpt-5-mini": { input: "0.25", output: "2", cacheRead: "0.025" },
  "openai/gpt-5-nano": { input: "0.05", output: "0.4", cacheRead: "0.005" },
  "openai/o1": { input: "15", output: "60", cacheRead: "7.5" },
  "openai/o3": { input: "2", output: "8", cacheRead: "0.5" },
  "openai/o3-mini": { input: "1.1", output: "4.4", cacheRead: "0.55" },
  "openai/o4-mini": { input: "1.1", output: "4.4", cacheRead: "0.275" },
  "xai/grok-3": { input: "3", output: "15", cacheRead: "0.75" },
  "xai/grok-3-mini": { input: "0.3", output: "0.5", cacheRead: "0.075" },
  "xai/grok-4": {
    input: "3",
    output: "15",
    cacheRead: "0.75",
    longContext: { above: "128000", rates: { input: "6", output: "30" } },
  },
};
