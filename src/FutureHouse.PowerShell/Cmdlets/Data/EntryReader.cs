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
            : throw new InvalidRequestException(string.Format(System.Globalization.CultureInfo.CurrentCulture, CmdletStrings.InvalidId, text)) { Target = text };

    /// <exception cref="InvalidRequestException">The text is no UUID.</exception>
    public static Guid ParseDataset(string text) =>
        Guid.TryParse(text?.Trim(), out var id)
            ? id
            : throw new InvalidRequestException(string.Format(System.Globalization.CultureInfo.CurrentCulture, CmdletStrings.InvalidDatasetId, text)) { Target = text };

    public static Task<DataEntry> ReadAsync(PlatformClient client, string id, int? version, Guid? revision, CancellationToken token) =>
        client.GetEntryAsync(Parse(id), new RevisionSelector(version, revision), token);
}
