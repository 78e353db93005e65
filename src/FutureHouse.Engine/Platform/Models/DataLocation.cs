using System.Collections.ObjectModel;

namespace FutureHouse;

/// <summary>One place where an entry's data is kept (Protocol §2). Immutable; a signed URL is held but never shown.</summary>
public sealed record DataLocation
{
    /// <summary>Identifier of the location.</summary>
    public Guid? Id { get; init; }

    /// <summary>Kind of store.</summary>
    public StorageType StorageType { get; init; }

    /// <summary>Kind of data.</summary>
    public ContentType ContentType { get; init; }

    /// <summary>Name or address within the store: an object's name, a link's address.</summary>
    public string? Location { get; init; }

    /// <summary>What the service knows of the location; never a key.</summary>
    public ReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>Schema of the data, where it was registered with one: strings, numbers, booleans, null, lists and dictionaries.</summary>
    public object? ContentSchema { get; init; }

    /// <summary>When the location was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Address that grants access by itself: a bearer secret.</summary>
    internal Uri? SignedUrl { get; init; }

    /// <summary>The key that a link's address asks for; held, not shown.</summary>
    internal System.Security.SecureString? ApiKey { get; init; }

    /// <summary>Kind of store and of data; never an address.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{StorageType}/{ContentType}";
}
