//! The rules that loading a dataset finds broken.

treatise_report::rules! {
    /// The rules of this crate.
    RULES {
        /// A collection that is not there.
        MISSING_COLLECTION = "missing-collection", Error, Dataset:
            "a collection of the manifest that has no folder or file",
            "The manifest promises a collection that is not there. Create it, mend the path, or take it out of the manifest.";
        /// Two collections with one name.
        DUPLICATE_COLLECTION = "duplicate-collection", Error, Dataset:
            "two collections with the same name",
            "Schemas name the collections that a reference may lead to, so a name must mean one of them.";
        /// Two collections in one place.
        OVERLAPPING_COLLECTIONS = "overlapping-collections", Error, Dataset:
            "collections whose folders or files are the same or lie in one another",
            "Each record belongs to one collection. Give each collection a folder or file of its own.";
        /// A schema that is not there.
        MISSING_SCHEMA = "missing-schema", Error, Dataset:
            "a schema of the manifest that can't be used",
            "Without its schema, nothing in the collection can be checked. Create it, or mend the path.";
        /// A path that leads out of the dataset.
        PATH_OUTSIDE_DATASET = "path-outside-dataset", Error, Dataset:
            "a path that leads out of the dataset",
            "Only files of the dataset itself are read. Paths in the manifest are relative to its root and go down only.";
        /// Nothing to check.
        EMPTY_DATASET = "empty-dataset", Error, Dataset:
            "a dataset without records",
            "A check that looked at nothing says nothing. Most likely a path is wrong.";
        /// A link.
        SYMLINK_IN_DATA = "symlink-in-data", Error, File:
            "a symbolic link among the data",
            "Links can lead out of the dataset and do not survive every checkout. They are never followed; put a copy in their place.";
        /// A file that belongs nowhere.
        UNEXPECTED_FILE = "unexpected-file", Error, File:
            "a file or folder that belongs to no collection",
            "Nothing reads it, so nobody notices that it is not part of the dataset. Move it, delete it, or name it in the manifest.\n\n# What it leaves alone\n\nFiles that editors have beside one that is open (`.name.swp`, `.#name`), and those in which systems note how a folder looks (`.DS_Store`, `Thumbs.db`, `desktop.ini`).";
        /// Too large.
        OVERSIZED_FILE = "oversized-file", Error, File:
            "a record larger than the limit",
            "Records are meant to be read by people. The limit is in the manifest (`limits`), 1 MiB if it says nothing.";
        /// The id is not the file's name.
        FILE_NAME_MISMATCH = "file-name-mismatch", Error, Record:
            "a file that is not named after the id of its record",
            "Records are found by their file names. Rename the file, or mend the id.";
        /// Names that collide.
        CASE_COLLIDING_FILES = "case-colliding-files", Error, Dataset:
            "files whose names differ only in case",
            "On Windows and macOS they are one file, and one of the records is lost.";
        /// A name that some systems can't have.
        RESERVED_FILE_NAME = "reserved-file-name", Error, File:
            "a file name that can't exist on every system",
            "Windows can't check out the repository, or unpack a bundle, whose files are called after the dataset and its collections. Use letters, digits, hyphens and underscores, and no name that Windows keeps for a device, such as `con` or `aux`.";
        /// No id.
        MISSING_ID = "missing-id", Error, Record:
            "a record without an id",
            "Nothing can refer to it. Give it the id that its collection asks for.";
        /// The same id twice.
        DUPLICATE_ID = "duplicate-id", Error, Dataset:
            "two records of a collection with the same id",
            "A reference to the id is ambiguous. Give one of them another id, or merge them.";
        /// An id without its collection's prefix.
        ID_WITHOUT_PREFIX = "id-without-prefix", Error, Record:
            "an id that does not start with the prefix of its collection",
            "The prefix shows in every reference what kind of record it is.";
        /// An exception that has run out.
        EXPIRED_EXCEPTION = "expired-exception", Error, Dataset:
            "an accepted finding whose date has passed",
            "A finding is accepted for a time, so that somebody looks again. Mend it, or decide anew.";
        /// A reference that leads nowhere.
        DANGLING_REFERENCE = "dangling-reference", Error, Dataset:
            "a reference to a record that does not exist",
            "What depends on the reference is lost. Mend the id, or add the record.";
        /// A record that refers to itself.
        SELF_REFERENCE = "self-reference", Error, Dataset:
            "a record that refers to itself",
            "No relation between records holds between a record and itself.";
        /// A cycle.
        REFERENCE_CYCLE = "reference-cycle", Error, Dataset:
            "records that refer to one another in a circle by the same member",
            "What follows such references never ends. Cut the circle where it is wrong; a relation that holds both ways is marked `x-symmetric` in the schema.";
    }
}
