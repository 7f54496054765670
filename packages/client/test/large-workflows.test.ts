import { testLargeWorkflows } from './large-workflows.ts';
import { sqliteStore } from './stores.ts';

testLargeWorkflows('SQLite', sqliteStore);
