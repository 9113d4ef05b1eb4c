/** What a kill switch can stop. `all` is the whole installation. */
export const killScopes = ['agent', 'tool', 'user', 'organization', 'all'] as const;

/** How far a kill switch is. `effective` is reached when no gateway works without knowing of it. */
export const killSwitchStates = ['engaged', 'effective', 'released', 'expired'] as const;
