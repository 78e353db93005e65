using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Cmdlets.Data;

/// <summary>Reads what names an entry.</summary>
internal static class EntryReader
{
    /// <exception cref="InvalidRequestException">The text can name no entry.</exception>
    public static EntryId Parse(string text) =>
        EntryId.TryParse(text, out var id)
            ? id
            : throw new InvalidRequestException(Dataset(text) is not null ? string.Format(System.Globalization.CultureInfo.CurrentCulture, BindingStrings.DatasetIsNoEntry, text)
                : Split(text) is (var entry, { } revision)
                ? string.Format(System.Globalization.CultureInfo.CurrentCulture, RevisionStrings.EntryOnly, revision, entry)
                : string.Format(System.Globalization.CultureInfo.CurrentCulture, CmdletStrings.InvalidId, text)) { Target = text };

    /// <summary>The dataset, where one was given that stands for its entries.</summary>
    public static Guid? Dataset(string text) =>
        text.StartsWith(Binding.IdOfAttribute.DatasetMark, StringComparison.Ordinal) && Guid.TryParse(text[Binding.IdOfAttribute.DatasetMark.Length..], out var dataset) ? dataset : null;

    /// <exception cref="InvalidRequestException">The text is no UUID.</exception>
    public static Guid ParseDataset(string text) =>
        Guid.TryParse(text?.Trim(), out var id)
            ? id
            : throw new InvalidRequestException(string.Format(System.Globalization.CultureInfo.CurrentCulture, CmdletStrings.InvalidDatasetId, text)) { Target = text };

    /// <summary>Reads an entry; one of its revisions where that stands with the id or is asked for.</summary>
    public static Task<DataEntry> ReadAsync(PlatformClient client, string id, int? version, Guid? revision, CancellationToken token)
    {
        var (entry, own) = Split(id);
        return client.GetEntryAsync(Parse(entry), new RevisionSelector(version, revision ?? (version is null ? own : null)), token);
    }

    /// <summary>The entry, and the revision where a DataRevision was given. A cmdlet that takes no revision parses the whole, and refuses it.</summary>
    public static (string Entry, Guid? Revision) Split(string text) =>
        text.IndexOf(Binding.IdOfAttribute.RevisionMark, StringComparison.Ordinal) is > 0 and var mark && Guid.TryParse(text[(mark + 1)..], out var revision)
            ? (text[..mark], revision)
            : (text, null);
}
