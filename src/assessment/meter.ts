import type { Usage } from '../domain/report.ts';
import type { ModelReply } from './model.ts';
import prices from './prices.json' with { type: 'json' };

interface Price {
  readonly input: number;
  readonly output: number;
  readonly cache_write: number;
  readonly cache_read: number;
  /** Prompts above this size cost so many times as much. */
  readonly above_prompt_tokens?: { readonly tokens: number; readonly factor: number };
}

const PRICES: ReadonlyMap<string, Price> = new Map(Object.entries(prices.models));

/** Budgets for a model without a known price assume the dearest one: better too careful than open-ended. */
const DEAREST: Price = [...PRICES.values()].reduce((a, b) => (b.output > a.output ? b : a));

/** Dollars for one reply, or null when the price of the model is not known. */
export function costOf(model: string, usage: ModelReply['usage']): number | null {
  const price = priceOf(model);
  return price === undefined ? null : dollars(price, usage);
}

function priceOf(model: string): Price | undefined {
  // `us.anthropic.claude-…-v1:0` and `claude-…@20261101` are the same models at other doors.
  const name = /claude-[a-z0-9-]+?(?=-v\d|[@:.]|$)/u.exec(model)?.[0];
  return name === undefined ? undefined : PRICES.get(name);
}

function dollars(price: Price, usage: ModelReply['usage']): number {
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const band = price.above_prompt_tokens;
  const factor = band !== undefined && prompt > band.tokens ? band.factor : 1;
  const cost =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheWriteTokens * price.cache_write +
    usage.cacheReadTokens * price.cache_read;
  return (cost * factor) / 1_000_000;
}

/** Adds up what one assessment uses, over all its conversations. */
export class Meter {
  readonly #model: string;
  #input = 0;
  #cacheRead = 0;
  #output = 0;
  #cost: number | null = 0;
  #budgetCost = 0;
  #replies = 0;

  constructor(model: string) {
    this.#model = model;
  }

  add(model: string, usage: ModelReply['usage']): void {
    const cost = costOf(model, usage);
    this.#input += usage.inputTokens + usage.cacheWriteTokens;
    this.#cacheRead += usage.cacheReadTokens;
    this.#output += usage.outputTokens;
    this.#cost = cost === null || this.#cost === null ? null : this.#cost + cost;
    this.#budgetCost += cost ?? dollars(DEAREST, usage);
    this.#replies += 1;
  }

  /** Dollars that count against the budget. */
  get spent(): number {
    return this.#budgetCost;
  }

  /** Null before the first reply. */
  usage(): Usage | null {
    if (this.#replies === 0) return null;
    return {
      model: this.#model,
      input_tokens: this.#input,
      cache_read_tokens: this.#cacheRead,
      output_tokens: this.#output,
      // To a hundredth of a cent, so that sums do not show the noise of binary fractions.
      cost_usd: this.#cost === null ? null : Math.round(this.#cost * 10_000) / 10_000,
    };
  }
}
