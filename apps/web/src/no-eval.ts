import { config } from 'zod';

// The content security policy forbids the code that zod generates. Must be imported first, since
// zod reads this setting when a schema is created.
config({ jitless: true });
