namespace FutureHouse.Tests.Support;

/// <summary>A folder of a test's own, gone with it.</summary>
public sealed class TempDirectory : IDisposable
{
    /// <summary>Makes the folder.</summary>
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("fh-test-").FullName;

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>Path of something in the folder.</summary>
    /// <param name="parts">Names below the folder.</param>
    /// <returns>The full path.</returns>
    public string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file of random bytes, the same for the same seed.</summary>
    /// <param name="name">Name below the folder.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="seed">Seed.</param>
    /// <returns>The full path.</returns>
    public string RandomFile(string name, long size, int seed = 1)
    {
        var path = Combine(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var random = new Random(seed);
        var buffer = new byte[1 << 16];
        using var stream = File.Create(path);
        for (var left = size; left > 0; left -= buffer.Length)
        {
            random.NextBytes(buffer);
            stream.Write(buffer, 0, (int)Math.Min(buffer.Length, left));
        }

        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // A test may have removed it.
        }
    }
}
