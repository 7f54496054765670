type Manifest = Readonly<Record<string, unknown>>;

export declare const hooks: {
  beforePacking(manifest: Manifest, directory: string): Manifest;
};

export declare function publishedManifest(
  manifest: Manifest,
  directory: string,
  url: string,
): Manifest;
