using System.Management.Automation;
using FutureHouse.Errors;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>The one place where an engine's exception becomes an error record: its stable id, its category, its target, and what to do next.</summary>
internal static class ErrorTable
{
    public static ErrorRecord Record(Exception exception, object? target)
    {
        exception = exception is ObjectDisposedException { ObjectName: var name } && name == typeof(Connection).FullName ? new NotConnectedException(CmdletStrings.ConnectionEnded, exception) : exception;
        var known = exception as FutureHouseException;
        var (category, advice) = exception switch
        {
            NotConnectedException => (ErrorCategory.ConnectionError, CmdletStrings.AdviceNotConnected),
            AuthenticationFailedException => (ErrorCategory.AuthenticationError, CmdletStrings.AdviceAuthentication),
            ForbiddenException => (ErrorCategory.PermissionDenied, CmdletStrings.AdviceForbidden),
            NotFoundException => (ErrorCategory.ObjectNotFound, CmdletStrings.AdviceNotFound),
            InvalidRequestException => (ErrorCategory.InvalidArgument, CmdletStrings.AdviceInvalid),
            ConflictException => (ErrorCategory.ResourceExists, CmdletStrings.AdviceConflict),
            ThrottledException => (ErrorCategory.LimitsExceeded, CmdletStrings.AdviceThrottled),
            ServiceUnavailableException => (ErrorCategory.ResourceUnavailable, CmdletStrings.AdviceUnavailable),
            NetworkException => (ErrorCategory.ConnectionError, CmdletStrings.AdviceNetwork),
            ServiceTimeoutException => (ErrorCategory.OperationTimeout, CmdletStrings.AdviceUnavailable),
            PathNotFoundException => (ErrorCategory.ObjectNotFound, CmdletStrings.AdvicePath),
            PathUnreadableException => (ErrorCategory.ReadError, CmdletStrings.AdviceUnreadable),
            FileChangedException => (ErrorCategory.InvalidData, CmdletStrings.AdviceChanged),
            ChecksumMismatchException => (ErrorCategory.InvalidData, CmdletStrings.AdviceChecksum),
            UploadFailedException { IsTransient: true, EntryId: not null } => (ErrorCategory.WriteError, SendStrings.AdviceGoOn),
            UploadFailedException => (ErrorCategory.WriteError, CmdletStrings.AdviceUpload),
            DownloadFailedException { Status: EntryStatus.Pending } => (ErrorCategory.ReadError, CmdletStrings.AdvicePending),
            DownloadFailedException { Status: not null } => (ErrorCategory.ReadError, CmdletStrings.AdviceNotActive),
            DownloadFailedException => (ErrorCategory.ReadError, CmdletStrings.AdviceDownload),
            DestinationExistsException => (ErrorCategory.ResourceExists, CmdletStrings.AdviceExists),
            UnsafeArchiveException => (ErrorCategory.SecurityError, CmdletStrings.AdviceUnsafe),
            UnsupportedArchiveException => (ErrorCategory.NotImplemented, CmdletStrings.AdviceUnsupportedArchive),
            ManifestInvalidException => (ErrorCategory.InvalidData, CmdletStrings.AdviceManifest),
            UnsupportedStorageException => (ErrorCategory.NotImplemented, CmdletStrings.AdviceUnsupported),
            _ => (ErrorCategory.NotSpecified, CmdletStrings.AdviceUnknown),
        };
        var message = known is { ServiceDetail: { } detail } && !exception.Message.Contains(detail, StringComparison.Ordinal) ? $"{exception.Message} {detail}" : exception.Message;
        return new ErrorRecord(exception, known?.ErrorId ?? "FhUnexpected", category, target ?? known?.Target)
        {
            ErrorDetails = new ErrorDetails(known?.RequestId is { } request ? $"{message} (request {request})" : message) { RecommendedAction = advice },
        };
    }

    /// <summary>
    /// What ends the command, as every other item would meet it too: no connection, or a refused log-in, also where a transfer met it and says so in its own words.
    /// <see langword="null"/> for what befalls one item.
    /// </summary>
    public static Exception? Fatal(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is NotConnectedException or AuthenticationFailedException or ObjectDisposedException)
            {
                return e;
            }
        }

        return null;
    }
}
