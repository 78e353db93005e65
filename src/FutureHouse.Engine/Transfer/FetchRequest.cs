using FutureHouse.Packaging.Zip;

namespace FutureHouse.Transfer;

/// <summary>An entry whose data is to be fetched (Protocol §6).</summary>
public sealed record FetchRequest
{
    /// <summary>The entry, as read from the service.</summary>
    public required DataEntry Entry { get; init; }

    /// <summary>Folder to write to, which must exist; without one, text is given back as text, and bytes cannot be fetched.</summary>
    public string? DestinationDirectory { get; init; }

    /// <summary>Whether a file of the same name is replaced, once the new one is whole.</summary>
    public bool Force { get; init; }

    /// <summary>Whether archives are unpacked: a collection's, and a file whose name ends in <c>.zip</c> (Protocol §4, "Download").</summary>
    public bool Extract { get; init; }

    /// <summary>How archives are unpacked, and what is too much; <see cref="UnpackOptions.Force"/> and <see cref="UnpackOptions.ChooseName"/> are those of this request.</summary>
    public UnpackOptions Unpacking { get; init; } = new();

    /// <summary>Says which name to use instead of the stored one, such as <c>a (2).txt</c> where <c>a.txt</c> was written in the same call. Called once, with a name that is safe.</summary>
    public Func<string, string>? ChooseName { get; init; }
}

/// <summary>Something that was fetched.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Text">Its text, where it was given back as text.</param>
/// <param name="Path">Full path of the file written, or of the folder unpacked, where there is one.</param>
public sealed record FetchedItem(DataEntry Entry, string? Text, string? Path)
{
    /// <summary>What the entry names, where the data is in a store of its own (BigQuery, Elasticsearch, a link).</summary>
    public ExternalSource? Source { get; init; }

    /// <summary>Why this one of an entry's several files could not be fetched; the others are there.</summary>
    public Errors.FutureHouseException? Error { get; init; }
}
