using FutureHouse.Packaging.Zip;

namespace FutureHouse.Transfer;

/// <summary>An entry whose data is to be fetched (Protocol §6).</summary>
public sealed record FetchRequest
{
    /// <summary>The entry, as read from the service.</summary>
    public required DataEntry Entry { get; init; }

    /// <summary>Folder to write to, which must exist; without one, text is given back as text, and bytes cannot be fetched.</summary>
    public string? DestinationDirectory { get; init; }

    /// <summary>
    /// Whether a file of the same name is replaced, once the new one is whole, and a directory of the same name is merged. Files that are read-only stay, and links are neither followed nor
    /// replaced.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>Whether archives are unpacked: a collection's, and a file whose name ends in <c>.zip</c> (Protocol §4, "Download").</summary>
    public bool Extract { get; init; }

    /// <summary>How archives are unpacked, and what is too much; the rest of it is this request's.</summary>
    public UnpackOptions Unpacking { get; init; } = new();

    /// <summary>Names given so far; the same for all fetches that are not to overwrite each other's files. Without one, the fetch is by itself.</summary>
    public Naming? Naming { get; init; }

    /// <summary><see cref="Naming"/>, once the engine has seen to it that there is one.</summary>
    internal Naming Names => Naming!;

    /// <summary>Gives the name that was planned for a file, of its stored one, instead of <see cref="Naming"/>.</summary>
    internal Func<string, string>? PlannedName { get; init; }
}

/// <summary>Something that was fetched.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Text">Its text, where it was given back as text.</param>
/// <param name="Path">Full path of the file written, or of the folder unpacked, where there is one.</param>
public sealed record FetchedItem(DataEntry Entry, string? Text, string? Path)
{
    /// <summary>What the entry names, where the data is in a store of its own (BigQuery, Elasticsearch, a link).</summary>
    public ExternalSource? Source { get; init; }

    /// <summary>Why this one of an entry's several files could not be fetched or put in its place; the others are there.</summary>
    public Errors.FutureHouseException? Error { get; init; }

    /// <summary>The stored name, where the file or folder was given another: this system cannot hold it, or it is taken.</summary>
    public string? OriginalName { get; init; }

    /// <summary>What was given another name than the stored one, in words; empty where nothing was.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
