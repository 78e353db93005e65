using System.Runtime.InteropServices;

namespace FutureHouse.Tests.Support;

/// <summary>
/// Runs code as somebody who may not read everything, also where the tests run as <c>root</c>: on a thread of its own, for which Linux looks at files as another user. What the code hands to
/// other threads is not meant.
/// </summary>
public static class OrdinaryUser
{
    private const int Nobody = 65534;

    /// <summary>Runs a function.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="function">The function; it stays on its thread.</param>
    /// <returns>What it gave.</returns>
    public static T Run<T>(Func<T> function)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return function();
        }

        Requirement.Met(OperatingSystem.IsLinux(), "linux", "who runs the tests may read everything, and only on Linux a thread may be somebody else");
        T result = default!;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            _ = setfsuid(Nobody);
            try
            {
                result = function();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result : throw new InvalidOperationException(failure.Message, failure);
    }

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setfsuid(int user);
}
