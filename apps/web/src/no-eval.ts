import { config } from 'zod';

// The content security policy forbids the code that zod generates. Imported first, since zod
// decides when a schema is created.
config({ jitless: true });
