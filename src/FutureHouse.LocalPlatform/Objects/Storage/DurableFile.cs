namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>Small files that are there whole or not at all, readable by their owner only.</summary>
internal static class DurableFile
{
    /// <summary>Creates a file; false where there is one already.</summary>
    public static bool TryCreate(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (var stream = Create(temporary))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
    }

    /// <summary>Writes to a temporary, flushes, renames; replaces what is there.</summary>
    /// <param name="temporary">Name to write to, on the same volume.</param>
    /// <param name="path">Final name; its folder must exist.</param>
    /// <param name="content">The file's content.</param>
    /// <param name="ct">Cancels before the rename.</param>
    public static async Task ReplaceAsync(string temporary, string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        try
        {
            // Held open over the rename: the sweeper takes a temporary that nobody holds for a leftover.
            await using var stream = Create(temporary);
            await stream.WriteAsync(content, ct).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Creates a file for writing that others may read, rename and delete meanwhile.</summary>
    public static FileStream Create(string path) => Open(path, FileMode.CreateNew);

    /// <summary>Opens a file for writing, or creates it, under the same terms.</summary>
    public static FileStream OpenOrCreate(string path) => Open(path, FileMode.OpenOrCreate);

    private static FileStream Open(string path, FileMode mode) =>
        OwnerOnly.Open(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
}
