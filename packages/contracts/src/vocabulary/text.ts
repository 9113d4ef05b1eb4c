import { z } from 'zod';
import {
  MAX_DESCRIPTION_CHARS,
  MAX_ERROR_CHARS,
  MAX_EXPRESSION_CHARS,
  MAX_NAME_CHARS,
  MAX_REASON_CHARS,
  MAX_REASONING_CHARS,
} from '../limits.ts';

/** Why a person or an agent wants something. Erasable wherever it is recorded. */
export const reasonText = z.string().min(1, 'must say why, in at least one character').max(MAX_REASON_CHARS);

/** How an agent came to its choice. Erasable wherever it is recorded. */
export const reasoningText = z.string().max(MAX_REASONING_CHARS);

/** What a person, an agent or a key is called. Erasable wherever it is recorded. */
export const nameText = z.string().min(1).max(MAX_NAME_CHARS);

/** What went wrong in a tool. Erasable wherever it is recorded. */
export const errorText = z.string().max(MAX_ERROR_CHARS);

/** What a tool or a plan is for. Part of a definition, so it is stored in the clear. */
export const descriptionText = z.string().max(MAX_DESCRIPTION_CHARS);

/** A CEL expression over `args`. Part of a definition, so it is stored in the clear. */
export const expressionText = z.string().min(1).max(MAX_EXPRESSION_CHARS);
