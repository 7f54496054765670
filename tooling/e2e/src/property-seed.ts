const text = process.env['PROPERTY_SEED'] ?? '';

// fast-check draws a seed for each property, and prints it if the property fails. This sets the
// seed of all properties.
if (text !== '') {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed)) {
    throw new Error(
      `PROPERTY_SEED=${text} is not an integer. Take the seed that fast-check printed.`,
    );
  }
  // Imported only now, because most test files have no properties.
  const { configureGlobal, readConfigureGlobal } = await import('fast-check');
  configureGlobal({ ...readConfigureGlobal(), seed });
}
