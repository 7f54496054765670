const given = process.env['PROPERTY_SEED'] ?? '';

// fast-check draws a seed for each property, and prints it when the property fails. This sets that
// seed for all of them.
if (given !== '') {
  const seed = Number(given);
  if (!Number.isSafeInteger(seed)) {
    throw new Error(`PROPERTY_SEED=${given} is no integer. Take the seed that fast-check printed.`);
  }
  // Imported here, since most test files have no properties.
  const { configureGlobal, readConfigureGlobal } = await import('fast-check');
  configureGlobal({ ...readConfigureGlobal(), seed });
}
