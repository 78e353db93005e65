using System.Text;

namespace FutureHouse.Transfer.Upload;

/// <summary>Decides whether a file goes as text (Protocol §2, "Text or file").</summary>
internal static class TextFile
{
    /// <summary>10 MiB: a file of this size or more goes to the bucket.</summary>
    public const long Limit = 10 * 1024 * 1024;

    /// <summary>256 KiB: of texts of this size or more, fewer are sent at once.</summary>
    public const long Large = 256 * 1024;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".txt", ".md", ".csv", ".json", ".yaml", ".yml" };
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether name and size make it worth reading as text.</summary>
    public static bool IsCandidate(string path, long size) => size < Limit && Extensions.Contains(Path.GetExtension(path));

    /// <summary>
    /// The text of the file, byte-order mark and line ends as they are; null where it is not valid UTF-8 or has a NUL,
    /// which the service's database cannot hold.
    /// </summary>
    public static async Task<string?> ReadAsync(SourceFile file, CancellationToken cancellationToken)
    {
        var bytes = new byte[file.Size];
        await file.ReadAsync(bytes, 0, cancellationToken).ConfigureAwait(false);
        file.ThrowIfChanged();
        if (Array.IndexOf(bytes, (byte)0) >= 0)
        {
            return null;
        }

        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
