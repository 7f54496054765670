import { config } from 'zod';

// The page's content security policy refuses the code that zod would make for itself, and the browser would complain.
// Imported before anything that has a schema: zod decides when a schema is made.
config({ jitless: true });
