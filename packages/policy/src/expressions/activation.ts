import { celArguments } from './arguments.ts';
import { FACT_VIEWS } from './fact-views.ts';
import type { PartialFacts } from './facts.ts';

const NOTHING = Object.freeze({});

/**
 * The names of one evaluation. A group of facts is converted for CEL when the first rule reads it, and then kept.
 * `vars` is set to the variables of the policy that is being evaluated.
 */
export class Activation {
  readonly facts: PartialFacts;
  vars: object | undefined = undefined;
  #args: unknown = undefined;
  #tool: object | undefined = undefined;
  #agent: object | undefined = undefined;
  #user: object | undefined = undefined;
  #scope: object | undefined = undefined;
  #call: object | undefined = undefined;
  #ctx: object | undefined = undefined;

  constructor(facts: PartialFacts) {
    this.facts = facts;
  }

  get args(): unknown {
    this.#args ??= celArguments(this.facts.args ?? null) ?? undefined;
    return this.#args;
  }
  get tool(): object {
    this.#tool ??= new FACT_VIEWS.tool(this.facts.tool ?? NOTHING);
    return this.#tool;
  }
  get agent(): object {
    this.#agent ??= new FACT_VIEWS.agent(this.facts.agent ?? NOTHING);
    return this.#agent;
  }
  get user(): object {
    this.#user ??= new FACT_VIEWS.user(this.facts.user ?? NOTHING);
    return this.#user;
  }
  get scope(): object {
    this.#scope ??= new FACT_VIEWS.scope(this.facts.scope ?? NOTHING);
    return this.#scope;
  }
  get call(): object {
    this.#call ??= new FACT_VIEWS.call(this.facts.call ?? NOTHING);
    return this.#call;
  }
  get ctx(): object {
    this.#ctx ??= new FACT_VIEWS.ctx(this.facts.ctx ?? NOTHING);
    return this.#ctx;
  }
}
