import { testFollowing } from './follow-scenarios.ts';
import { stores } from './stores.ts';

for (const [name, open] of stores) testFollowing(name, open);
