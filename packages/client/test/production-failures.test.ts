import { testProductionFailures } from './production-failures.ts';
import { sqliteStore } from './stores.ts';

testProductionFailures('SQLite', sqliteStore);
