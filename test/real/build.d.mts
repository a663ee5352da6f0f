export function realBinaries(): { dir?: string; skip?: string };
