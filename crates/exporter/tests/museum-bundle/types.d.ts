// The records of this bundle, as their JSON Schemas describe them.
// A member that is there only under a condition is optional; the schemas have the conditions.

export interface ObjectsRecord {
  id: string;
  label: { [key: string]: string };
  remark?: string;
  count?: number;
  weight?: number;
  is_lent?: boolean;
  successor?: null | string;
  is_circa?: true;
  size?: {
    height?: number;
    unit?: string;
  };
  maker?: {
    name?: string;
    born?: number;
  } | string;
  room?: string;
  DOI?: string;
  doi?: string;
  "size.unit"?: string;
  tags?: Array<string>;
  parts?: Array<{
    id?: string;
    position?: string;
    label?: { [key: string]: string };
    materials?: Array<string>;
  }>;
  prices?: { [key: string]: number };
  owners?: { [key: string]: {
    since?: number;
    papers?: Array<string>;
  } };
  words?: { [key: string]: Array<string> };
  grid?: Array<Array<number>>;
  made_of?: {
    what?: string;
    of?: Array<unknown>;
    core?: unknown;
  };
  anything?: unknown;
  settings?: { [key: string]: unknown };
  "a/b"?: Array<number>;
  review: {
    status: "draft" | "reviewed";
  };
}

export interface RoomsRecord {
  floor?: number;
  plan: {
    doors?: Array<string>;
    code: string;
    area?: number;
  };
}

export interface NotesRecord {
  _id: string;
  id?: number;
  text: string;
}

export interface LoansRecord {
  id: string;
  to?: string;
}

/** The records of each collection and view, by its name. */
export interface Collections {
  objects: ObjectsRecord[];
  rooms: RoomsRecord[];
  notes: NotesRecord[];
  loans: LoansRecord[];
}

/** `json/all.json`: what the dataset is, and all records. */
export interface All {
  dataset: { name: string; version: string; as_of: string; [member: string]: unknown };
  collections: Collections;
}
