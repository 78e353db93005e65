using System.Globalization;
using FutureHouse.Errors;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Copies a file whose stated size is not true, as files below <c>/proc</c> and <c>/sys</c> have it, to its end. The
/// copy is gone when it is closed, also by a kill.
/// </summary>
internal static class SpooledFile
{
    /// <summary>256 MiB: what says nothing true about its size and gives more than this may have no end.</summary>
    public const long Limit = 256L * 1024 * 1024;

    /// <summary>Reads a file to its end into a temporary file.</summary>
    /// <returns>The copy, and an identity made of its bytes: they are all that is known of the file.</returns>
    /// <exception cref="PathUnreadableException">It gives more than <see cref="Limit"/>.</exception>
    public static (FileStream Copy, FileIdentity Identity) Copy(SafeFileHandle source, string path, CancellationToken cancellationToken)
    {
        var copy = Create();
        try
        {
            var buffer = new byte[FileHasher.BufferSize];
            var crc = default(Crc32C);
            var size = 0L;
            for (int read; (read = RandomAccess.Read(source, buffer, size)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                size += read;
                if (size > Limit)
                {
                    throw new PathUnreadableException(string.Format(CultureInfo.CurrentCulture, TransferMessages.SizeUntrue, path, Limit / (1024 * 1024))) { Target = path };
                }

                crc.Append(buffer.AsSpan(0, read));
                copy.Write(buffer, 0, read);
            }

            copy.Flush();
            return (copy, new FileIdentity(size, crc.Value, 0));
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    private static FileStream Create()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"futurehouse-{Guid.NewGuid():N}.tmp"), options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(file.Name); // the name goes, the bytes stay until it is closed
        }

        return file;
    }
}
