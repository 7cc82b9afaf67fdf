/** When a process of an agent waits for its next session: for a while after it was used, always, or never. */
export const warmPolicies = ['after_use', 'always', 'never'] as const;

export type WarmPolicy = (typeof warmPolicies)[number];
