import type { PartialFacts } from '../expressions/facts.ts';

const SENSITIVITY: Readonly<Record<string, number>> = { low: 0, medium: 100, high: 250, critical: 400 };
const ACTION: Readonly<Record<string, number>> = {
  read: 0,
  create: 50,
  modify: 100,
  execute: 150,
  delete: 200,
  admin: 250,
};
const MAX_SENSITIVITY = 400;
const MAX_ACTION = 250;
const COSTLY_MICROS = 100_000_000;

/**
 * Risk of a call, 0-1000, a sum cut off at 1000; a missing fact counts as its worst value:
 * - sensitivity: low 0, medium 100, high 250, critical 400;
 * - action: read 0, create 50, modify 100, execute 150, delete 200, admin 250;
 * - destructive 150; production 100; cost above 100 units 100; first use 50; not a common tool 50;
 * - trust: (1000 - trust_score) / 10, rounded down;
 * - 25 for each fired rule that asks for approval, 100 at most; 200 if a rule denied or an enforced one failed.
 */
export function riskScore(facts: PartialFacts, approvalRules: number, refused: boolean): number {
  const { tool, user, ctx } = facts;
  const trust = Math.min(1000, Math.max(0, user?.trust_score ?? 0));
  const score =
    (SENSITIVITY[tool?.sensitivity ?? ''] ?? MAX_SENSITIVITY) +
    (ACTION[tool?.action ?? ''] ?? MAX_ACTION) +
    (tool?.destructive === false ? 0 : 150) +
    ((tool?.environment ?? 'production') === 'production' ? 100 : 0) +
    ((tool?.cost_micros ?? Number.MAX_SAFE_INTEGER) > COSTLY_MICROS ? 100 : 0) +
    (ctx?.first_use === false ? 0 : 50) +
    (ctx?.common_tool === true ? 0 : 50) +
    Math.floor((1000 - trust) / 10) +
    Math.min(100, approvalRules * 25) +
    (refused ? 200 : 0);
  return Math.min(1000, score);
}
