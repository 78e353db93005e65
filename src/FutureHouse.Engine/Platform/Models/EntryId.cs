using System.Diagnostics.CodeAnalysis;

namespace FutureHouse;

/// <summary>What names an entry in a call: its UUID or its short alias (Protocol §2). Accepts <c>data_entry:UUID</c> as well (Protocol §6).</summary>
public readonly record struct EntryId
{
    /// <summary>What a task puts before an entry's identifier.</summary>
    public const string UriPrefix = "data_entry:";

    private readonly string? _value;

    private EntryId(string value) => _value = value;

    /// <summary>Makes the identifier of a UUID.</summary>
    /// <param name="id">The entry's UUID.</param>
    public EntryId(Guid id) => _value = id.ToString("D");

    /// <summary>The text that stands in a route: a lower-case UUID or an alias.</summary>
    public string Value => _value ?? Guid.Empty.ToString("D");

    /// <summary>The UUID, or <see langword="null"/> for an alias.</summary>
    public Guid? Uuid => Guid.TryParseExact(_value, "D", out var id) ? id : null;

    /// <summary>Reads a UUID, a short alias, or either behind <c>data_entry:</c>.</summary>
    /// <param name="text">Text as the user gave it; white space around it is dropped.</param>
    /// <param name="id">The identifier read.</param>
    /// <returns>Whether <paramref name="text"/> can name an entry.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EntryId id)
    {
        id = default;
        var value = text?.Trim();
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        if (value.StartsWith(UriPrefix, StringComparison.OrdinalIgnoreCase))
        {
            value = value[UriPrefix.Length..];
        }

        if (Guid.TryParse(value, out var guid))
        {
            id = new EntryId(guid);
            return true;
        }

        // An alias is one path segment; anything that would change the route is refused here, not by the service.
        if (value.Length is 0 or > 200 || value is "." or ".." || value.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            return false;
        }

        id = new EntryId(value);
        return true;
    }

    /// <summary>Makes the identifier of a UUID.</summary>
    /// <param name="id">The entry's UUID.</param>
    public static implicit operator EntryId(Guid id) => new(id);

    /// <summary>Makes the identifier of a UUID.</summary>
    /// <param name="id">The entry's UUID.</param>
    /// <returns>The identifier.</returns>
    public static EntryId FromGuid(Guid id) => new(id);

    /// <summary>The text that stands in a route.</summary>
    /// <returns><see cref="Value"/>.</returns>
    public override string ToString() => Value;
}
