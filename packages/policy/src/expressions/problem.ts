/** Why an expression was refused; `offset` counts UTF-16 units from its start. Codes are stable. */
export interface ExpressionProblem {
  readonly offset: number;
  readonly code:
    | 'cel_syntax'
    | 'cel_type'
    | 'cel_limit'
    | 'cel_cost'
    | 'cel_unknown_name'
    | 'cel_banned_function'
    | 'cel_nested_comprehension'
    | 'cel_unsupported_literal'
    | 'cel_shadowed_name'
    | 'enum_constant'
    | 'private_reason';
  readonly message: string;
  readonly remedy: string;
}
